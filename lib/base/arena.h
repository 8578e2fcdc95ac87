/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of one launch. Everything that a stage makes lives in the arena that it was given and dies
 * with it: no object of facts, policy or decision is freed on its own, so none can be freed twice
 * or too early. Allocations are zeroed and aligned for any type.
 *
 * An arena never returns NULL: when memory ends it calls the handler given at creation, which must
 * not return (the programs print one line and exit with an error; tests longjmp). That is the only
 * place where the library leaves other than by return, and it fails closed.
 */
#ifndef GD_BASE_ARENA_H
#define GD_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Under AddressSanitizer memory is not handed out in parts of larger pieces: it sees what is
 * written past the end of an allocation, not past a part of one.
 */
#if defined(__SANITIZE_ADDRESS__)
#define GD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GD_SANITIZED 1
#endif
#endif
#ifndef GD_SANITIZED
#define GD_SANITIZED 0
#endif

struct gd_arena;

/* @no_memory NULL: abort(). */
struct gd_arena *gd_arena_new(void (*no_memory)(void));
struct gd_arena *gd_arena_free(struct gd_arena *a); /* NULL is fine; always returns NULL */

#define GD_ALLOC_MAX ((size_t)1 << 30) /* bytes at once; over it memory counts as ended */
void *gd_alloc(struct gd_arena *a, size_t size) __attribute__((malloc, returns_nonnull));
/* n * size, checked for overflow (which counts as out of memory). */
void *gd_alloc_n(struct gd_arena *a, size_t n, size_t size)
	__attribute__((malloc, returns_nonnull));
char *gd_strdup(struct gd_arena *a, const char *s) __attribute__((returns_nonnull));
char *gd_strndup(struct gd_arena *a, const char *s, size_t n) __attribute__((returns_nonnull));
char *gd_printf(struct gd_arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(2), returns_nonnull));
char *gd_vprintf(struct gd_arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), nonnull(2), returns_nonnull));

/*
 * @old (NULL: nothing), of @old_size bytes, grown to @size: in place where it is the last
 * allocation, else copied and the old one left to the arena. What is new is zero, provided the
 * caller never wrote behind @old_size.
 */
void *gd_realloc(struct gd_arena *a, void *old, size_t old_size, size_t size)
	__attribute__((returns_nonnull));

#define GD_NEW(a, type) ((type *)gd_alloc((a), sizeof(type)))
#define GD_NEW_N(a, n, type) ((type *)gd_alloc_n((a), (n), sizeof(type)))

/*
 * Append one element to a growing array in an arena; capacity doubles. @items is the address of the
 * array pointer, @n of its length. Returns the address of the new, zeroed element.
 */
void *gd_grow(struct gd_arena *a, void *items, size_t *n, size_t size)
	__attribute__((returns_nonnull));
#define GD_APPEND(a, array, n) \
	((__typeof__(*(array)) *)gd_grow((a), &(array), &(n), sizeof(*(array))))

#endif

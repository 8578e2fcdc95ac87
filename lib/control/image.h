/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between image.c and image_trust.c. */
#ifndef GD_CONTROL_IMAGE_H
#define GD_CONTROL_IMAGE_H

#include "control/control.h"

struct gd_image_scan_rule {
	bool required;
	struct gd_limit max_age;
	int worst;	/* index in gd_scan_worst_words */
};
struct gd_image_rule { const char *signer, *repository; };
struct gd_image_config {
	struct gd_config_head head;
	bool known;
	struct gd_words digests, repositories, labels;
	bool is_signed;
	struct gd_rules signers;	/* struct gd_image_rule */
	struct gd_words signed_by;
	struct gd_image_scan_rule scan;
};

extern const char *const gd_scan_worst_words[];

/* The configuration's, which is the same in every store; else what there is. NULL: none is known. */
const char *gd_image_any_digest(const struct gd_image *image);
/* A finding about the image as a whole. */
struct gd_finding *gd_image_found(const struct gd_facts *f, const char *why, const char *wanted, const char *fix,
				  struct gd_findings *out);

/* Of an image that is KNOWN, with f->trust told and nothing revoked. */
void gd_image_check_signers(const struct gd_facts *f, const struct gd_image_config *c, struct gd_findings *out);
void gd_image_check_scan(const struct gd_facts *f, const struct gd_image_config *c, struct gd_findings *out);

#endif

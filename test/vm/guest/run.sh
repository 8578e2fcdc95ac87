# Runs every case of the machine: /guest/cases/NAME is a script. What it prints stands between two
# lines that the host looks for.

# The container of a case: bundle ID, with /guest/cases/NAME.json as its document, where Docker has it.
bundle() {
	id=$1
	dir=/run/containerd/io.containerd.runtime.v2.task/moby/$id
	root=/var/lib/docker/overlay2/$id/merged
	mkdir -p "$dir" "${root%/*}" "/var/lib/docker/containers/$id"
	cp -a /guest/rootfs "$root"
	cp "$case.json" "$dir/config.json"
	[ ! -e /sys/fs/selinux/enforce ] || label "$root" system_u:object_r:container_file_t:s0
	cd "$dir" || exit 1
}

label() {
	find "$1" | while read -r f; do setfattr -h -n security.selinux -v "$2" "$f"; done
}

# guarded CONFIG ARGUMENTS: under the configuration of that name.
guarded() {
	conf=/etc/guarded/$1/guarded.json
	shift
	/usr/sbin/guarded --guarded-config "$conf" "$@"
}

run() { guarded "$1" run --bundle "$dir" "$id"; }

echo "up $(cut -d' ' -f1 /proc/uptime) s"
# shellcheck source=/dev/null
. /guest/prepare.sh
for conf in /etc/guarded/*; do
	guardctl --guarded-config "$conf/guarded.json" apply >/run/apply.log 2>&1 || cat /run/apply.log
done
for case in /guest/cases/*.sh; do
	case=${case%.sh}
	echo "up $(cut -d' ' -f1 /proc/uptime) s"
	echo "@@begin ${case##*/}"
	# shellcheck source=/dev/null
	(. "$case.sh") 2>&1
	status=$?
	printf '\n@@result %s\n' $status
done

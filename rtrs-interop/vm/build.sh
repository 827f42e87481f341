# Gets the kernel and builds its RTRS modules and the initrd; sourced by vm, which defines DIR, HERE, say, die.

HOST_PACKAGES="qemu-system-x86 busybox-static cpio kmod xz-utils make gcc gcc-12 libc6-dev iproute2
  libibverbs-dev librdmacm-dev rdma-core ibverbs-providers
  ibverbs-utils rdmacm-utils perftest fio"

# installs those of the packages that are missing; the package lists are fetched only if that is needed
install_missing() {
  local p missing=() unknown=()
  for p in "$@"; do
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ]] || missing+=("$p")
  done
  ((${#missing[@]})) || return 0
  ((EUID == 0)) || command -v sudo >/dev/null ||
    die "these packages are missing, and only root can install them (there is no sudo): ${missing[*]}"
  say "installing ${missing[*]}"
  apt -y install --no-install-recommends "${missing[@]}" >"$DIR/apt.log" 2>&1 && return
  update_lists
  for p in "${missing[@]}"; do
    [[ -n "$(offered "$p")" ]] || unknown+=("$p")
  done
  ((${#unknown[@]} == 0)) || die "apt offers no package ${unknown[*]}: the machine is made for Debian 12, this is $(system)"
  apt -y install --no-install-recommends "${missing[@]}" >>"$DIR/apt.log" 2>&1 ||
    die "apt-get could not install them; see $DIR/apt.log"
}

# what this machine calls itself
system() { (. /etc/os-release && echo "$PRETTY_NAME") 2>/dev/null || uname -sr; }

build() {
  { command -v apt-get && command -v dpkg-deb; } >/dev/null || die "apt-get is needed: the machine is made for Debian 12, this is $(system)"
  [[ "$(dpkg --print-architecture)" = amd64 ]] || die "the machine is made for amd64, this is $(dpkg --print-architecture)"
  exec 9>"$DIR/lock"
  flock 9
  # shellcheck disable=SC2086
  install_missing $HOST_PACKAGES
  is_built || build_kernel
  exec 9>&-
}

is_built() {
  [[ -s "$DIR/current" && -z "${RTRS_VM_REFRESH:-}" ]] || return 1
  local have
  have=$(<"$DIR/current")
  [[ -s "$DIR/$have/initrd.gz" ]] && cmp -s "$HERE/guest/init" "$DIR/$have/init" &&
    [[ -z "${RTRS_VM_KERNEL:-}" || "$RTRS_VM_KERNEL" = "linux-image-$have" ]]
}

# The version of the chosen image, which its package's name has: 6.1.0-NN-amd64
chosen_version() {
  local image=${PACKAGES[0]%%=*}
  echo "${image#linux-image-}"
}

build_kernel() {
  local began=$SECONDS image=${RTRS_VM_KERNEL:-} v base b
  [[ -z "${RTRS_VM_REFRESH:-}" ]] || update_lists
  choose_kernel "$image"
  v=$(chosen_version)
  if [[ ! -s "$DIR/$v/package" ]]; then
    fetch_kernel "$DIR/debs" "$image"
    v=$(chosen_version)
    base=$(sed -E 's/^([0-9]+\.[0-9]+).*/\1/' <<<"$v")
    b=$DIR/$v
    rm -rf "$b.new"
    mkdir -p "$b.new/root" "$b.new/src"
    mv "$DIR/debs" "$b.new/debs"
    unpack "$b.new" "$base"
    rm -rf "$b.new/debs" "$b"
    mv "$b.new" "$b" # the headers tree holds its own place: build where it stays
    modules "$b" "$v" "$base"
    echo "${PACKAGES[*]//=/ }" >"$b/package"
  fi
  initrd "$DIR/$v" "$v"
  echo "$v" >"$DIR/current"
  say "built $v in $((SECONDS - began)) s"
}

unpack() {
  local b=$1 base=$2 d
  say "unpacking"
  dpkg-deb --fsys-tarfile "$b"/debs/linux-image-*.deb | tar -x -C "$b/root" \
    --exclude='*/drivers/gpu' --exclude='*/drivers/media' --exclude='*/drivers/staging' --exclude='*/sound' \
    --exclude='*/drivers/net/wireless' --exclude='*/drivers/net/ethernet' --exclude='*/drivers/usb' \
    --exclude='*/drivers/iio' --exclude='*/drivers/hid' --exclude='*/drivers/scsi' ./boot ./lib
  for d in "$b"/debs/linux-headers-*.deb "$b"/debs/linux-kbuild-*.deb; do dpkg-deb -x "$d" "$b/root"; done
  dpkg-deb --fsys-tarfile "$b"/debs/linux-source-*.deb | tar -xO "./usr/src/linux-source-$base.tar.xz" |
    tar -xJ -C "$b/src" --strip-components=2 "linux-source-$base/drivers/infiniband/ulp/rtrs" \
      "linux-source-$base/drivers/block/rnbd"
}

modules() {
  local b=$1 v=$2 base=$3 headers=$1/root/usr/src/linux-headers-$2
  local rtrs=$b/src/infiniband/ulp/rtrs rnbd=$b/src/block/rnbd
  sed -i "s,/usr/src/,$b/root/usr/src/," "$headers/Makefile"
  sed -i "s,-I\$(srctree)/drivers/infiniband/ulp/rtrs,-I$rtrs," "$rnbd/Makefile"
  say "building the rtrs and rnbd modules"
  make -C "$headers" M="$rtrs" -j"$(nproc)" CONFIG_INFINIBAND_RTRS=m CONFIG_INFINIBAND_RTRS_CLIENT=m \
    CONFIG_INFINIBAND_RTRS_SERVER=m modules >"$b/make.log" 2>&1 || die "rtrs does not build; see $b/make.log"
  make -C "$headers" M="$rnbd" -j"$(nproc)" CONFIG_BLK_DEV_RNBD=y CONFIG_BLK_DEV_RNBD_CLIENT=m \
    CONFIG_BLK_DEV_RNBD_SERVER=m KBUILD_EXTRA_SYMBOLS="$rtrs/Module.symvers" modules >>"$b/make.log" 2>&1 ||
    die "rnbd does not build; see $b/make.log"
  mkdir -p "$b/root/lib/modules/$v/extra"
  cp "$rtrs"/*.ko "$rnbd"/*.ko "$b/root/lib/modules/$v/extra/"
  strip --strip-debug "$b/root/lib/modules/$v/extra/"*.ko
  depmod -b "$b/root" "$v"
  find "$b/src" -name '*.o' -delete
}

# The initrd only mounts this machine's file system; every other module comes from there.
initrd() {
  local b=$1 v=$2 i=$1/initrd m f
  rm -rf "$i"
  mkdir -p "$i"/{bin,mods,proc,sys,dev,mnt,new}
  cp "$(command -v busybox)" "$i/bin/busybox"
  for m in crc32c_generic virtio_pci 9pnet_virtio 9p overlay; do
    modprobe -d "$b/root" -S "$v" --show-depends "$m" | awk '$1 == "insmod" { print $2 }'
  done | awk '!s[$0]++' | while read -r f; do
    cp "$f" "$i/mods/"
    basename "$f" >>"$i/mods/order"
  done
  install -m 755 "$HERE/guest/init" "$i/init"
  (cd "$i" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$b/initrd.gz.new"
  mv "$b/initrd.gz.new" "$b/initrd.gz"
  cp "$HERE/guest/init" "$b/init" # what it was made with
  rm -rf "$i"
}

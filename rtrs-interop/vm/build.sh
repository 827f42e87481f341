# Gets the kernel and builds its RTRS modules and the initrd; sourced by vm, which defines DIR, HERE, say, die.

HOST_PACKAGES="qemu-system-x86 busybox-static cpio kmod xz-utils make gcc gcc-12 libc6-dev iproute2
  libibverbs-dev librdmacm-dev rdma-core ibverbs-providers
  ibverbs-utils rdmacm-utils perftest fio"

# apt-get as root, quietly, waiting for its lock
apt() {
  local as=()
  ((EUID == 0)) || as=(sudo)
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq "$@"
}

# installs those of the packages that are missing; the package lists are fetched only if that is needed
install_missing() {
  local p missing=()
  for p in "$@"; do
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ]] || missing+=("$p")
  done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}"
  apt -y install --no-install-recommends "${missing[@]}" >"$DIR/apt.log" 2>&1 ||
    { apt update && apt -y install --no-install-recommends "${missing[@]}"; } >>"$DIR/apt.log" 2>&1 ||
    die "apt-get could not install them; see $DIR/apt.log"
}

# the candidate version of a package, '' if there is none
candidate() { apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'; }

# downloads packages, each given as NAME=VERSION, into the folder $1
fetch_debs() {
  local into=$1
  shift
  (cd "$into" && apt-get -qq download "$@" >/dev/null 2>&1) ||
    { apt update && (cd "$into" && apt-get -qq download "$@" >/dev/null); } || die "apt-get could not download $*"
}

build() {
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

build_kernel() {
  local began=$SECONDS image=${RTRS_VM_KERNEL:-} v ver common base b
  [[ -n "$(candidate "${image:-linux-image-amd64}")" ]] || apt update || true
  [[ -n "$image" ]] || image=$(apt-cache depends linux-image-amd64 | awk '$1 == "Depends:" { print $2; exit }')
  ver=$(candidate "$image")
  [[ -n "$ver" ]] || die "apt-get knows no package '${image:-linux-image-amd64}'"
  v=${image#linux-image-}                 # 6.1.0-NN-amd64
  common=linux-headers-${v%-amd64}-common # linux-headers-6.1.0-NN-common
  base=$(sed -E 's/^([0-9]+\.[0-9]+).*/\1/' <<<"$v")
  b=$DIR/$v
  if [[ ! -s "$b/package" ]]; then
    rm -rf "$b.new"
    mkdir -p "$b.new/debs" "$b.new/root" "$b.new/src"
    say "downloading $image $ver, its headers and its source"
    fetch_debs "$b.new/debs" "$image=$ver" "linux-headers-$v=$ver" "$common=$ver" "linux-kbuild-$base=$ver" \
      "linux-source-$base=$ver"
    unpack "$b.new" "$base"
    rm -rf "$b.new/debs" "$b"
    mv "$b.new" "$b" # the headers tree holds its own place: build where it stays
    modules "$b" "$v" "$base"
    echo "$image $ver" >"$b/package"
  fi
  initrd "$b" "$v"
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

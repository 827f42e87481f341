# Chooses the kernel's packages among those that apt offers, and downloads them; sourced by vm, which defines DIR, say, die.
#
# The archive moves its packages one by one: what is built from one source need not be there in one version. So each
# package has a version of its own here: the image's where that is offered, else the one nearest to it.

# apt-get as root, quietly, waiting for its lock
apt() {
  local as=()
  ((EUID == 0)) || as=(sudo)
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq "$@"
}

update_lists() {
  say "fetching the package lists"
  apt update >>"$DIR/apt.log" 2>&1 || say "apt-get update failed; see $DIR/apt.log"
}

# The versions of a package that can be downloaded, as apt orders them: the newest first.
offered() { apt-cache madison "$1" 2>/dev/null | awk '$NF == "Packages" && !seen[$3]++ { print $3 }'; }

# The version of a package that apt would install, if it can be downloaded: one may be installed that the archive has dropped.
candidate() {
  local all wanted
  all=$(offered "$1")
  wanted=$(apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" { print $2 }')
  grep -Fx -- "$wanted" <<<"$all" || head -n 1 <<<"$all"
}

# The version of package $1 that is nearest to version $2: the first number in which they differ comes latest, and
# differs least; of two that are as near, the newer one.
nearest() {
  offered "$1" | awk -v wanted="$2" '
    BEGIN { n = split(wanted, want, /[^0-9]+/) }
    {
      m = split($1, have, /[^0-9]+/)
      for (i = 1; i < n && i < m && have[i] == want[i]; i++);
      distance = have[i] > want[i] ? have[i] - want[i] - 0.5 : want[i] - have[i]
      if ($1 == wanted) { best = $1; exit }
      if (best == "" || i > common || (i == common && distance < least)) { best = $1; common = i; least = distance }
    }
    END { print best }'
}

depends() { apt-cache depends "$1" 2>/dev/null | awk '$1 ~ /^\|?Depends:$/ { gsub(/[<>]/, "", $2); print $2 }'; }

# What is needed for an image: its own package, headers for it, those that all flavours share, kbuild, the source; each
# as NAME=VERSION on a line. Says what is missing, and fails.
kernel_set() {
  local image=$1 version headers name others like
  version=$(candidate "$image")
  [[ -n "$version" ]] || {
    say "apt offers no package $image"
    return 1
  }
  headers=linux-headers-${image#linux-image-}
  others=$(depends "$headers" | grep -E '^linux-(headers-.*-common|kbuild-)' | sort) || others=
  echo "$image=$version"
  for name in "$headers" $others "linux-source-$(sed -E 's/^linux-image-([0-9]+\.[0-9]+).*/\1/' <<<"$image")"; do
    like=$(nearest "$name" "$version")
    [[ -n "$like" ]] || {
      say "apt offers no package $name, which $image $version needs"
      return 1
    }
    echo "$name=$like"
  done
}

# The images of the same kernel series as image $1, without those of special flavours, the newest first.
images_like() {
  local series
  series=$(sed -E 's/^(linux-image-[0-9]+)\.([0-9]+)\..*/\1\\.\2\\./' <<<"$1")
  apt-cache pkgnames linux-image- | grep -E "^$series[^-]*(-[0-9]+)?-amd64\$" | sort -rV
}

# The packages of a kernel, as kernel_set prints them: for image $1, or for the image that the meta package names, or for
# the newest one of its series that has all it needs.
kernel_packages() {
  local named=$1 image set
  if [[ -n "$named" ]]; then
    set=$(kernel_set "$named") || return 1
  else
    named=$(depends linux-image-amd64 | head -n 1)
    [[ -n "$named" ]] || {
      say "apt offers no package linux-image-amd64"
      return 1
    }
    set=$(kernel_set "$named") || set=
    for image in $(images_like "$named"); do
      [[ -z "$set" ]] || break
      set=$(kernel_set "$image" 2>/dev/null) || set=
      [[ -z "$set" ]] || say "taking $image in place of $named"
    done
    [[ -n "$set" ]] || {
      say "apt offers no kernel like $named that has its headers and its source"
      return 1
    }
  fi
  echo "$set"
}

# Says what was chosen: the image, and whose version is another.
explain() {
  local p version=${1#*=}
  say "kernel ${1%%=*} $version"
  for p in "${@:2}"; do
    [[ "${p#*=}" = "$version" ]] || say "${p%%=*} ${p#*=}, the nearest that apt offers"
  done
}

# Sets PACKAGES for image $1 ('': the meta package's). Lists that are missing or lack something are fetched.
choose_kernel() {
  local set
  set=$(kernel_packages "$1") || {
    update_lists
    set=$(kernel_packages "$1") || die "no kernel can be built of what apt offers: the machine is made for Debian 12"
  }
  mapfile -t PACKAGES <<<"$set"
  explain "${PACKAGES[@]}"
}

download() {
  rm -rf "$1"
  mkdir -p "$1"
  (cd "$1" && apt-get -qq download "${PACKAGES[@]}") >>"$DIR/apt.log" 2>&1
}

# Downloads PACKAGES into the folder $1. A version may be gone that old lists still have: then, once, it fetches the lists
# and chooses anew for image $2.
fetch_kernel() {
  say "downloading ${PACKAGES[*]}"
  download "$1" && return
  say "apt-get could not download them; see $DIR/apt.log"
  update_lists
  choose_kernel "$2"
  download "$1" || die "apt-get could not download ${PACKAGES[*]}; see $DIR/apt.log"
}

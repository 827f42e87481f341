# Finds a JDK of version 25 or later; sourced by the scripts in Bash. It looks where the program rtrs looks.

jdk_version() { # HOME: its version, from its release file, else from itself; 0 if it cannot be told
  local v
  v=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null) || v=
  [[ -n "$v" ]] || v=$("$1/bin/java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java.specification.version = \([0-9]*\).*/\1/p') || v=
  echo "${v:-0}"
}

find_jdk() {
  local home java
  java=$(readlink -f "$(command -v java 2>/dev/null)" 2>/dev/null) || java=
  for home in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "${java%/bin/java}" \
    /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*/jdk* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    if [[ -n "$home" && -x "$home/bin/javac" ]] && (($(jdk_version "$home") >= 25)); then
      readlink -f "$home"
      return
    fi
  done
  return 1
}

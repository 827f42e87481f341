# Finds a JDK of version 25 or later; sourced by vm and .ci/run.

jdk_version() { "$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p'; }

find_jdk() {
  local home java v
  java=$(readlink -f "$(command -v java 2>/dev/null)" 2>/dev/null) || java=
  for home in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "${java%/bin/java}" /usr/lib/jvm/*25* /usr/lib/jvm/*; do
    [[ -n "$home" && -x "$home/bin/javac" ]] || continue
    v=$(jdk_version "$home")
    if ((${v%%.*} >= 25)); then
      readlink -f "$home"
      return
    fi
  done
  return 1
}

/** The RTRS protocol. */
@org.jspecify.annotations.NullMarked
module io.rtrs.core {
    requires static org.jspecify;
    requires transitive io.rtrs.verbs;
    requires org.slf4j;

    exports io.rtrs.core;
}

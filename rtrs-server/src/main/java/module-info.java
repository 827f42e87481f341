/** The RTRS server. */
@org.jspecify.annotations.NullMarked
module io.rtrs.server {
    requires static org.jspecify;
    requires transitive io.rtrs.core;
    requires org.slf4j;

    exports io.rtrs.server;
}

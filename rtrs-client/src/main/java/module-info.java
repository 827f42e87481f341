/** The RTRS client. */
@org.jspecify.annotations.NullMarked
module io.rtrs.client {
    requires static org.jspecify;
    requires transitive io.rtrs.core;
    requires org.slf4j;

    exports io.rtrs.client;
}

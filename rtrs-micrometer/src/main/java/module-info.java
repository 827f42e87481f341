/** Meters of Micrometer for RTRS. */
@org.jspecify.annotations.NullMarked
module io.rtrs.micrometer {
    requires static org.jspecify;
    requires transitive io.rtrs.client;
    requires transitive io.rtrs.server;
    requires transitive micrometer.core;

    exports io.rtrs.micrometer;
}

package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.CmIdentity;
import io.rtrs.soft.roce.wire.Gid;
import org.junit.jupiter.api.Test;

import java.util.function.LongToIntFunction;

/** The endpoints of one address, and when they find each other. */
class ShardsTest {
    private final Shards shards = new Shards(new Shards.Owners() {
        @Override
        public int run(int shard, LongToIntFunction command) {
            throw new AssertionError("nothing was asked");
        }

        @Override
        public void attend(int from, int shard) {
            throw new AssertionError("nothing was left");
        }
    });

    /** Its owner makes ready for what the others leave it: a packet at the wrong link may come at any time. */
    @Test
    void anEndpointIsNotFoundBeforeItJoins() {
        Endpoint first = endpoint(1);
        assertThat(shards.count()).isZero();
        first.join();
        Endpoint second = endpoint(2);
        assertThat(second.shard()).isEqualTo(1);
        assertThat(shards.count()).isEqualTo(1);
        assertThat(shards.home(0x121)).isSameAs(first);
        second.join();
        assertThat(shards.home(0x121)).isSameAs(second);
        assertThat(shards.home(0x120)).isSameAs(first);
        assertThat(shards.home(0x122)).as("none is there").isSameAs(first);
    }

    private Endpoint endpoint(int host) {
        SimulatedEndpoint made = new SimulatedEndpoint(host);
        CmIdentity self = new CmIdentity(Gid.ofIpv4(0x0A00_0000 | host), host, host << 16, 1024);
        return new Endpoint(made.link, self, made.numbers, EndpointTuning.DEFAULT, made, shards);
    }
}

package io.rtrs.client.session;

import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.PathSelector;
import io.rtrs.client.SessionListener;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.ReconnectBackoff;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The checked options of a session; each is explained at its setter in {@link io.rtrs.client.RtrsClient.Builder}. */
public record SessionOptions(
        String sessionName,
        List<PathAddress> paths,
        int port,
        Optional<VerbsProvider> provider,
        int ioConnections,
        MultipathPolicy policy,
        @Nullable PathSelector selector,
        WaitStrategy waitStrategy,
        LoopShare loops,
        boolean invalidateReads,
        boolean copyBuffers,
        SessionListener sessionListener,
        long connectTimeoutNs,
        long heartbeatIntervalNs,
        int heartbeatMissedMax,
        long reconnectDelayNs,
        long reconnectJitterNs,
        int reconnectAttemptsMax,
        long pathWaitNs) {

    /** Connections of a path, the service connection included. */
    public int cidNum() {
        return ioConnections + 1;
    }

    /** When a path comes back that broke. */
    public ReconnectBackoff backoff(RandomGenerator random) {
        return new ReconnectBackoff(reconnectDelayNs, reconnectJitterNs, reconnectAttemptsMax, random);
    }
}

package io.rtrs.server.driver;

import io.rtrs.core.driver.Ambient;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.SessionListener;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.server.policy.ServerLimits;
import io.rtrs.verbs.VerbsProvider;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * All that a server is started with.
 *
 * @param listen where to listen
 * @param config what it announces
 * @param limits what it bears of all clients together
 * @param provider verbs
 * @param waitStrategy of the loops
 * @param loops how many there are
 * @param handler takes the requests
 * @param answerFrom the handler's memory that answers may be sent from
 * @param listener told of sessions
 * @param heartbeatIntervalNs time between heartbeats
 * @param heartbeatMissedMax ticks without life that are tolerated
 * @param ambient its time
 */
public record ServerSettings(
        List<InetSocketAddress> listen,
        ServerConfig config,
        ServerLimits limits,
        VerbsProvider provider,
        WaitStrategy waitStrategy,
        LoopShare loops,
        RequestHandler handler,
        List<MemorySegment> answerFrom,
        SessionListener listener,
        long heartbeatIntervalNs,
        int heartbeatMissedMax,
        Ambient ambient) {}

package io.rtrs.soft.roce.driver;

import io.rtrs.soft.counting.CounterList;
import io.rtrs.soft.roce.cm.CmCounter;
import io.rtrs.soft.roce.cm.ConnectionManager;
import io.rtrs.soft.roce.driver.udp.LinkCounter;
import io.rtrs.soft.roce.driver.udp.LinkCounters;
import io.rtrs.soft.roce.endpoint.Endpoint;
import io.rtrs.soft.roce.endpoint.EndpointCounter;
import io.rtrs.soft.roce.rc.QueuePairCounter;
import io.rtrs.soft.roce.rc.QueuePairTotals;
import io.rtrs.verbs.CounterSnapshot;

import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * All that the provider counts, in one order: of queue pairs, of arriving datagrams, of who drives, of the link, of connection
 * management.
 *
 * <p>The parts describe their counters themselves; here they get names that differ. <b>Threading:</b> the drive owner's.
 */
final class DriveSnapshot {
    private static final String LINK = "link_";
    private static final String DRIVE = "drive_";
    private static final String MANAGEMENT = "cm_";

    private final CounterList list = new CounterList();

    private DriveSnapshot() {}

    /** What was counted at one local address; the caller owns the endpoint. */
    static CounterSnapshot of(Endpoint endpoint, ToLongFunction<DriveCounter> drive, Optional<LinkCounters> link) {
        DriveSnapshot all = new DriveSnapshot();
        all.addQueuePairs(endpoint.queuePairTotals());
        for (EndpointCounter counter : EndpointCounter.values()) {
            all.list.add(
                    "",
                    counter,
                    counter.unit(),
                    counter.sentence(),
                    endpoint.counters().get(counter));
        }
        for (DriveCounter counter : DriveCounter.values()) {
            all.list.add(DRIVE, counter, counter.unit(), counter.sentence(), drive.applyAsLong(counter));
        }
        link.ifPresent(all::addLink);
        if (endpoint.manages()) {
            all.addManagement(endpoint.connections());
        }
        return all.list.snapshot();
    }

    private void addQueuePairs(QueuePairTotals totals) {
        for (QueuePairCounter counter : QueuePairCounter.values()) {
            totals.get(counter)
                    .ifPresent(
                            value -> list.add("", counter, counter.unit(), counter.kind(), counter.sentence(), value));
        }
    }

    private void addLink(LinkCounters link) {
        for (LinkCounter counter : LinkCounter.values()) {
            long value = counter.of(link);
            if (value != LinkCounters.UNKNOWN) {
                list.add(LINK, counter, counter.unit(), counter.sentence(), value);
            }
        }
    }

    private void addManagement(ConnectionManager manager) {
        for (CmCounter counter : CmCounter.values()) {
            list.add(MANAGEMENT, counter, counter.unit(), counter.sentence(), manager.counter(counter));
        }
    }
}

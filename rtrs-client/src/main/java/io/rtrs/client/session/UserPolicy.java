package io.rtrs.client.session;

import io.rtrs.client.ClientPath;
import io.rtrs.client.PathSelector;
import io.rtrs.client.request.PermitSlot;
import io.rtrs.core.work.UserCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks a user's selector once for each request, and goes on from its choice by turns. Whatever the selector does, the request
 * tries every connected path once.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none, unless the selector is at fault.
 */
final class UserPolicy implements PathPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(UserPolicy.class);

    private final PathSelector selector;
    private final AtomicLong faults = new AtomicLong();

    UserPolicy(PathSelector selector) {
        this.selector = selector;
    }

    /** How often the selector threw, or answered with what is no path. */
    long faults() {
        return faults.get();
    }

    @Override
    public String name() {
        return "user (" + selector.getClass().getName() + ")";
    }

    @Override
    public int first(List<? extends ClientPath> paths, PermitSlot permit) {
        permit.forgetTried();
        int chosen = ask(paths, permit);
        return chosen >= 0 ? chosen : from(paths, permit, Math.floorMod(permit.id() + permit.nextTurn(), paths.size()));
    }

    private int ask(List<? extends ClientPath> paths, PermitSlot permit) {
        int chosen = PathSelector.ANY;
        try {
            chosen = selector.select(List.copyOf(paths), permit); // the list itself: it is immutable
        } catch (Throwable e) {
            if (isToTell()) {
                UserCode.failed(LOG, "the path selector " + selector.getClass().getName(), e);
            }
        } finally {
            UserCode.left();
        }
        if (chosen < PathSelector.ANY || chosen >= paths.size()) {
            if (isToTell()) {
                LOG.error(
                        "the path selector {} chose path {} of {}; the request takes another",
                        selector.getClass().getName(),
                        chosen,
                        paths.size());
            }
            return PathSelector.ANY;
        }
        return chosen;
    }

    /** Counts a fault; the first is told, and of the others ever fewer. */
    private boolean isToTell() {
        return Long.bitCount(faults.incrementAndGet()) == 1;
    }

    @Override
    public int after(List<? extends ClientPath> paths, PermitSlot permit, int failed) {
        permit.markTried(failed);
        return from(paths, permit, failed + 1);
    }

    private static int from(List<? extends ClientPath> paths, PermitSlot permit, int begin) {
        int count = paths.size();
        for (int i = 0; i < count; i++) {
            int index = (begin + i) % count;
            if (!permit.hasTried(index) && paths.get(index).isConnected()) {
                return index;
            }
        }
        return NONE;
    }
}

package io.rtrs.server.path;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.error.Errno;
import io.rtrs.core.wire.InfoRsp;
import io.rtrs.server.request.ChunkMemory;

import java.io.IOException;

/**
 * The last step of establishment: gives the client a key for each chunk and tells it (spec/rtrs.md 5.6 rule 7).
 *
 * <p>In mode Y windows are bound through con 0, in batches that its send queue can hold: the next batch is posted when
 * the last bind of the one before has completed. INFO_RSP follows when all are bound.
 * Without windows the chunks are registered in one go.
 *
 * <p><b>Threading:</b> the control thread.
 */
final class PathOpening {
    private static final int BATCH_MAX = 256;

    private final Path path;
    private final ChunkMemory memory;
    private int granted;

    PathOpening(Path path, ChunkMemory memory) {
        this.path = path;
        this.memory = memory;
    }

    void begin() {
        granted = memory.config().alwaysInvalidate() ? 0 : memory.config().queueDepth();
        grantMore();
    }

    void grantMore() {
        int depth = memory.config().queueDepth();
        if (granted == depth) {
            path.serve(new InfoRsp(memory.descriptors()).encode(memory.info().segment()));
            return;
        }
        ServerConnection service = path.connection(0);
        int room = service.connection().sizes().sendWr() / 2;
        int end = memory.registersAnew() ? depth : Math.min(depth, granted + Math.min(BATCH_MAX, room));
        for (; granted < end; granted++) {
            int flags = granted == end - 1 ? IbvSendWR.IBV_SEND_SIGNALED : 0;
            int errno = grant(service, granted, flags);
            if (errno != 0) {
                path.fail(errno, "making the key of buffer " + granted + ": " + Errno.describe(errno));
                return;
            }
        }
        if (memory.registersAnew()) {
            grantMore(); // no completion will come
        }
    }

    private static int grant(ServerConnection service, int bufferId, int flags) {
        try {
            return service.intake().answers().grant(bufferId, WorkId.of(WorkId.BIND, bufferId), flags);
        } catch (IOException | OutOfMemoryError e) {
            return Errno.ENOMEM;
        }
    }
}

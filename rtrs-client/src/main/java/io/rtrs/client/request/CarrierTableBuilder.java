package io.rtrs.client.request;

import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.Device;
import io.rtrs.core.connection.SendLine;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.stats.PathStats;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/** Makes the carriers of an attempt: a header area, and for each permit its work requests and its window. */
public final class CarrierTableBuilder {
    private static final int WRS = 2;
    private static final int SGES = 2;

    final Device device;
    final int deviceIndex;
    final List<Connection> connections;
    final PathLimits limits;
    final RequestTable requests;
    final int tag;
    final PathStats stats;
    final PathEvents events;
    final SendLine[] lines;

    /**
     * Describes the table.
     *
     * @param connections of the path, by cid; at least two
     * @param deviceIndex of the device, among those that memory is registered on
     * @param requests the session's, as many as the queue depth of {@code limits}
     * @param tag of the attempt: no other of the session has it
     */
    public CarrierTableBuilder(
            Device device,
            int deviceIndex,
            List<Connection> connections,
            PathLimits limits,
            RequestTable requests,
            int tag,
            PathStats stats,
            PathEvents events) {
        this.device = device;
        this.deviceIndex = deviceIndex;
        this.connections = List.copyOf(connections);
        this.limits = limits;
        this.requests = requests;
        this.tag = tag;
        this.stats = stats;
        this.events = events;
        this.lines = new SendLine[connections.size()];
        for (int cid = 0; cid < lines.length; cid++) {
            lines[cid] = new SendLine(connections.get(cid).credits(), limits.queueDepth());
        }
    }

    /**
     * Makes the table.
     *
     * @param resources gets everything else that was made, also if this fails
     * @param windows gets the windows, one for each permit's reads; null if reads shall have none
     */
    public CarrierTable build(ResourceStack resources, @Nullable ResourceStack windows) throws IOException {
        int queueDepth = limits.queueDepth();
        stats.makeLanes(queueDepth);
        int stride = limits.headerStride();
        Slab headers = Slab.allocate(device.verbs(), device.pd(), (long) queueDepth * stride, Slab.LOCAL);
        resources.push("request headers", headers::close);
        Carrier[] carriers = new Carrier[queueDepth];
        int ioConnections = connections.size() - 1;
        for (int id = 0; id < queueDepth; id++) {
            // Chosen once, so that everything about a request but its data is laid out before it starts.
            Connection io = connections.get(1 + id % ioConnections);
            PostSend ioCall = call(io, id, resources);
            PostSend adminCall = call(connections.getFirst(), id, resources);
            MemoryWindow window = windows == null ? null : window(windows);
            carriers[id] = new Carrier(requests.get(id), tag, (long) id * stride, io, ioCall, adminCall, window);
        }
        return new CarrierTable(this, carriers, headers, new ReadKeys(this, resources));
    }

    private PostSend call(Connection connection, int id, ResourceStack resources) throws IOException {
        PostSend call = device.verbs().postSend(connection.qp(), WRS, SGES);
        resources.push("work requests", call::free);
        int request = CarrierTable.REQUEST_WR;
        call.opcode(request, WrOpcode.RDMA_WRITE_WITH_IMM).wrId(request, WorkId.of(WorkId.REQUEST, id));
        call.flags(request, 0).numSge(request, 0);
        return call;
    }

    private MemoryWindow window(ResourceStack windows) throws IOException {
        MemoryWindow window = device.verbs().allocMw(device.pd(), MemoryWindow.TYPE_2);
        windows.push("read window", () -> device.verbs().deallocMw(window));
        return window;
    }
}

package io.rtrs.interop.paths;

import io.rtrs.interop.rnbd.MemoryDevice;
import io.rtrs.interop.rnbd.RnbdMemoryServer;
import io.rtrs.server.RtrsServer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@link StoreServer} for the kernel's client: the program of a server with a block device, which is in a file. */
final class DeviceServer {
    static final String DEVICE = "disk";

    private DeviceServer() {}

    /** {@code PROVIDER PORT FILE ADDRESS…}. */
    public static void main(String[] arguments) throws IOException {
        long bytes = (long) StoreServer.BLOCKS * Blocks.BYTES;
        try (MemoryDevice disk = MemoryDevice.inFile(DEVICE, Path.of(arguments[2]), bytes, Blocks.BYTES)) {
            RnbdMemoryServer rnbd = new RnbdMemoryServer(List.of(disk));
            StoreServer.serve(arguments, RtrsServer.builder().handler(rnbd).sessionListener(rnbd));
        }
    }
}

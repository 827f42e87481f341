package io.rtrs.server.request;

/** A key by a registration of the chunk alone, made anew for each request; nothing of it travels in a chain. */
final class RegionKey implements ChunkKey {
    private final ChunkRegions regions;
    private final int bufferId;

    RegionKey(ChunkRegions regions, int bufferId) {
        this.regions = regions;
        this.bufferId = bufferId;
    }

    @Override
    public boolean isChained() {
        return false;
    }

    @Override
    public int rkey() {
        return regions.rkey(bufferId);
    }

    @Override
    public int revoke(int wr) {
        int errno = regions.deregister(bufferId);
        return errno == 0 ? REVOKED : errno;
    }

    @Override
    public int grant(int wr) {
        return regions.register(bufferId);
    }

    @Override
    public int grantFirst(int wr, long workId, int flags) {
        return regions.register(bufferId);
    }

    @Override
    public void free() {
        // the registration is the chunk's, whatever connection its next answer takes
    }
}

package io.rtrs.soft.work;

/** Work requests as arrays of primitives: what a receive has. */
public class ReceiveArray {
    public final int count;
    public final int maxSge;
    public final long[] wrId;
    public final int[] numSge;
    private final long[] address;
    private final int[] length;
    private final int[] key;

    public ReceiveArray(int count, int maxSge) {
        this.count = count;
        this.maxSge = maxSge;
        wrId = new long[count];
        numSge = new int[count];
        address = new long[count * maxSge];
        length = new int[count * maxSge];
        key = new int[count * maxSge];
    }

    public final long address(int wr, int sge) {
        return address[wr * maxSge + sge];
    }

    public final long length(int wr, int sge) {
        return Integer.toUnsignedLong(length[wr * maxSge + sge]);
    }

    public final int key(int wr, int sge) {
        return key[wr * maxSge + sge];
    }

    public final void setSge(int wr, int sge, long newAddress, int newLength, int newKey) {
        if (sge < 0 || sge >= maxSge) {
            throw new IndexOutOfBoundsException("SGE " + sge + " of " + maxSge);
        }
        int at = wr * maxSge + sge;
        address[at] = newAddress;
        length[at] = newLength;
        key[at] = newKey;
    }

    public final void setNumSge(int wr, int n) {
        if (n < 0 || n > maxSge) {
            throw new IndexOutOfBoundsException(n + " SGEs; there is room for " + maxSge);
        }
        numSge[wr] = n;
    }

    /** Bytes of all SGEs. */
    public final long total(int wr) {
        long sum = 0;
        for (int i = 0; i < numSge[wr]; i++) {
            sum += length(wr, i);
        }
        return sum;
    }

    public final void copyReceive(ReceiveArray from, int fromWr, int toWr) {
        wrId[toWr] = from.wrId[fromWr];
        int n = from.numSge[fromWr];
        numSge[toWr] = n;
        int source = fromWr * from.maxSge;
        int target = toWr * maxSge;
        for (int i = 0; i < n; i++) {
            address[target + i] = from.address[source + i];
            length[target + i] = from.length[source + i];
            key[target + i] = from.key[source + i];
        }
    }
}

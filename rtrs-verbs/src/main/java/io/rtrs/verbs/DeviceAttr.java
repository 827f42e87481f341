package io.rtrs.verbs;

/**
 * What a device can do; the limits are counts unless a unit is given.
 *
 * @param name the device's name, {@code rxe0}
 * @param nodeGuid identifies the device, host byte order; connections of one device can share protection domains
 * @param maxQp queue pairs
 * @param maxQpWr work requests outstanding in one work queue
 * @param maxSge scatter/gather elements of one work request
 * @param maxCqe entries of one completion queue
 * @param maxMr memory regions
 * @param maxMrSize bytes of the largest region, unsigned
 * @param maxMw memory windows; 0 if there are none
 * @param windowType1 whether type-1 windows work (protection-domain wide, bound by a verb)
 * @param windowType2 whether type-2 windows work (tied to a queue pair, bound by a work request)
 * @param localInvalidate whether LOCAL_INV and SEND_WITH_INV work
 * @param postEntersKernel whether posting a send is a system call, as on rxe
 * @param windowsAtHand whether {@link MemoryWindow#revoke} works: windows are in this process, and no message or work
 *     request is needed to take a key back
 */
public record DeviceAttr(
        String name,
        long nodeGuid,
        int maxQp,
        int maxQpWr,
        int maxSge,
        int maxCqe,
        int maxMr,
        long maxMrSize,
        int maxMw,
        boolean windowType1,
        boolean windowType2,
        boolean localInvalidate,
        boolean postEntersKernel,
        boolean windowsAtHand) {}

package io.rtrs.verbs;

/**
 * How many handles of the provider exist: a test that takes it before and after finds what was not destroyed.
 *
 * @param domains protection domains
 * @param regions memory regions
 * @param windows memory windows
 * @param queuePairs queue pairs
 * @param completionQueues completion queues
 * @param completionChannels completion channels
 * @param eventChannels event channels of the connection manager
 * @param ids connection-manager ids
 */
public record LiveObjects(
        int domains,
        int regions,
        int windows,
        int queuePairs,
        int completionQueues,
        int completionChannels,
        int eventChannels,
        int ids) {

    /** All of them. */
    public int total() {
        return domains + regions + windows + queuePairs + completionQueues + completionChannels + eventChannels + ids;
    }
}

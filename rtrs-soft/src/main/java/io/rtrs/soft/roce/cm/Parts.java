package io.rtrs.soft.roce.cm;

/** What a manager consists of; made once, shared by its commands and its inbox. */
final class Parts {
    final CmIdentity self;
    final CmTimes times;
    final CmLimits limits;
    final CmSink sink;
    final Counters counters = new Counters();
    final Listeners listeners = new Listeners();
    final Deadlines deadlines = new Deadlines();
    final Connections connections;
    final Postman postman;
    final Transitions transitions;

    /** What the link carries now: the identity's at first, see {@link ConnectionManager#carries}. */
    int pathMtu;

    Parts(CmIdentity self, CmTimes times, CmLimits limits, CmSink sink) {
        this.self = self;
        this.pathMtu = self.maxPathMtu();
        this.times = times;
        this.limits = limits;
        this.sink = sink;
        this.connections = new Connections(self.firstId());
        this.postman = new Postman(self, times, sink, counters);
        this.transitions = new Transitions(connections, deadlines, postman, times, sink, counters);
    }
}

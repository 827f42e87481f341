package io.rtrs.soft.inprocess;

import com.ibm.disni.verbs.IbvQP;
import io.rtrs.soft.Live;
import io.rtrs.soft.SoftwareVerbs;

/** The verbs of queue pairs that execute what is posted at once. */
final class Verbs extends SoftwareVerbs {
    Verbs(Live live) {
        super(live);
    }

    @Override
    public void modifyToError(IbvQP queuePair) {
        Qp qp = (Qp) queuePair;
        synchronized (qp.link) {
            qp.toError();
        }
    }
}

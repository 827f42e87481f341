package io.rtrs.interop.wire;

import io.rtrs.verbs.WrOpcode;

/** Those of perftest's programs that we speak with; what is measured goes one way, and the client begins it. */
enum PerftestProgram {
    SEND("ib_send_bw", WrOpcode.SEND, 5, false),
    WRITE("ib_write_bw", WrOpcode.RDMA_WRITE, 4, true),
    READ("ib_read_bw", WrOpcode.RDMA_READ, 4, true);

    /** The command. */
    final String command;

    final int opcode;

    /** How often keys are exchanged from when the second connection is there until traffic begins. */
    final int greetings;

    /** Whether only the client measures, and tells the server what. */
    final boolean reports;

    PerftestProgram(String command, int opcode, int greetings, boolean reports) {
        this.command = command;
        this.opcode = opcode;
        this.greetings = greetings;
        this.reports = reports;
    }
}

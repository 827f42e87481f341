package io.rtrs.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.RdmaConnParam;
import org.junit.jupiter.api.Test;

/** What the zeros of connection parameters mean. */
class ConnParamTest {
    private static final int MOST = 200;

    @Test
    void plainParametersAskForTheMostReadsAndAllRetries() {
        ConnParam meant = ConnParam.of(new RdmaConnParam(), MOST);
        assertThat(Byte.toUnsignedInt(meant.getInitiator_depth())).isEqualTo(MOST);
        assertThat(Byte.toUnsignedInt(meant.getResponder_resources())).isEqualTo(MOST);
        assertThat(meant.getRetry_count()).isEqualTo((byte) 7);
        assertThat(meant.getRnr_retry_count()).isZero();
    }

    @Test
    void whatAPlainParameterSaysIsTaken() throws Exception {
        RdmaConnParam plain = new RdmaConnParam();
        plain.setRetry_count((byte) 3);
        plain.setRnr_retry_count((byte) 5);
        plain.setPrivate_data(4096);
        plain.setPrivate_data_len((byte) 8);
        ConnParam meant = ConnParam.of(plain, MOST);
        assertThat(meant.getRetry_count()).isEqualTo((byte) 3);
        assertThat(meant.getRnr_retry_count()).isEqualTo((byte) 5);
        assertThat(meant.getPrivate_data()).isEqualTo(4096);
        assertThat(meant.getPrivate_data_len()).isEqualTo((byte) 8);
    }

    @Test
    void depthsThatASubclassOfDisnisChoseAreTaken() {
        RdmaConnParam chosen = new RdmaConnParam() {
            {
                initiator_depth = 2;
                responder_resources = 3;
            }
        };
        ConnParam meant = ConnParam.of(chosen, MOST);
        assertThat(meant.getInitiator_depth()).isEqualTo((byte) 2);
        assertThat(meant.getResponder_resources()).isEqualTo((byte) 3);
    }

    @Test
    void zerosOfOurParametersStayZeros() {
        ConnParam ours = new ConnParam();
        assertThat(ConnParam.of(ours, MOST)).isSameAs(ours);
        assertThat(ours.getInitiator_depth()).isZero();
        assertThat(ours.getResponder_resources()).isZero();
        assertThat(ours.getRetry_count()).isZero();
    }

    @Test
    void noParametersAtAllAskForAllRetriesOfBothKinds() {
        ConnParam meant = ConnParam.of(null, MOST);
        assertThat(meant.getRetry_count()).isEqualTo((byte) 7);
        assertThat(meant.getRnr_retry_count()).isEqualTo((byte) 7);
        assertThat(Byte.toUnsignedInt(meant.getInitiator_depth())).isEqualTo(MOST);
    }
}

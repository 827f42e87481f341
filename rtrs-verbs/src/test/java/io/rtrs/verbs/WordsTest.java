package io.rtrs.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** What users are told: each cause in its own words. */
class WordsTest {
    @Test
    void every_reject_reason_has_words_of_its_own() { // spec/rocev2.md 11.4
        Set<String> words = new HashSet<>();
        for (int reason = 1; reason <= 35; reason++) {
            if (reason == 34) {
                continue; // there is none
            }
            assertThat(RejectCause.of(reason)).as("reason %d", reason).isPresent();
            words.add(RejectCause.of(reason).orElseThrow().words());
            assertThat(RejectCause.describe(reason)).endsWith(" (reject reason " + reason + ")");
            assertThat(RejectCause.errno(reason)).isPositive();
        }
        assertThat(words).hasSize(34);
        assertThat(RejectCause.describe(77)).contains("not known", "77");
    }

    @Test
    void a_refusal_says_why() {
        assertThat(CmText.describe(EventType.RDMA_CM_EVENT_REJECTED, 8, "the server"))
                .isEqualTo("the server refused: nobody listens on that port (reject reason 8)");
        assertThat(CmText.describe(EventType.RDMA_CM_EVENT_REJECTED, 26, "the server"))
                .contains("path MTU")
                .doesNotContain("listens");
        assertThat(CmText.errno(EventType.RDMA_CM_EVENT_REJECTED, 8)).isEqualTo(111);
    }

    @Test
    void nobody_answers_and_the_words_differ_by_why() {
        Set<String> words = new HashSet<>();
        for (int errno : new int[] {1, 13, 22, 101, 110, 111, 113}) {
            assertThat(CmText.errno(EventType.RDMA_CM_EVENT_UNREACHABLE, -errno))
                    .isEqualTo(errno);
            words.add(CmText.describe(EventType.RDMA_CM_EVENT_UNREACHABLE, -errno, "the server"));
        }
        assertThat(words).hasSize(7).allSatisfy(said -> assertThat(said).doesNotContainPattern("RDMA_CM|status|reset"));
    }

    @Test
    void an_end_is_told_by_who_ended() {
        assertThat(CmText.describe(EventType.RDMA_CM_EVENT_DISCONNECTED, 0, "the client"))
                .isEqualTo("the client closed the connection");
        assertThat(CmText.describe(EventType.RDMA_CM_EVENT_DISCONNECTED, -110, "the client"))
                .contains("did not confirm");
    }

    @Test
    void good_news_has_no_errno() {
        for (EventType type : new EventType[] {
            EventType.RDMA_CM_EVENT_ADDR_RESOLVED,
            EventType.RDMA_CM_EVENT_ROUTE_RESOLVED,
            EventType.RDMA_CM_EVENT_CONNECT_REQUEST,
            EventType.RDMA_CM_EVENT_ESTABLISHED
        }) {
            assertThat(CmText.errno(type, 0)).as("%s", type).isZero();
        }
    }

    @Test
    void every_completion_status_has_a_name_and_says_who_is_to_blame() {
        Set<String> names = new HashSet<>();
        for (int status = 0; status <= 13; status++) {
            names.add(WcStatus.name(status));
            assertThat(WcStatus.describe(status, "the server").toLowerCase(Locale.ROOT))
                    .contains(WcStatus.name(status));
            assertThat(WcStatus.errno(status)).isPositive();
        }
        assertThat(names).hasSize(14);
        assertThat(WcStatus.describe(12, "the server"))
                .isEqualTo("the server stopped answering (transport retries exceeded)");
        assertThat(WcStatus.errno(12)).isEqualTo(110);
        assertThat(WcStatus.describe(99, "the server")).contains("99");
    }
}

package io.rtrs.verbs.ibverbs.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_send_wr;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_sge;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

class WrArrayTest {
    static final int COUNT = 9;

    @Property
    void whateverWasPostedBeforeTheChainHoldsExactlyThePartThatIsPosted(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0, max = COUNT * COUNT - 1) Integer> parts) {
        WrArray array =
                new WrArray(COUNT, ibv_send_wr.sizeof, ibv_send_wr.next, ibv_send_wr.sg_list, 2, ibv_sge.sizeof);
        for (int part : parts) {
            int first = Math.min(part / COUNT, part % COUNT);
            int last = Math.max(part / COUNT, part % COUNT);
            array.cutAfter(last);

            assertThat(chain(array, first)).isEqualTo(List.copyOf(range(first, last)));
        }
    }

    private static List<Integer> range(int first, int last) {
        List<Integer> range = new ArrayList<>();
        for (int wr = first; wr <= last; wr++) {
            range.add(wr);
        }
        return range;
    }

    /** Follows the pointers from a work request, as the driver does. */
    private static List<Integer> chain(WrArray array, int first) {
        List<Integer> chain = new ArrayList<>();
        long at = array.address(first);
        while (at != 0) {
            long offset = at - array.memory().address();
            chain.add((int) (offset / ibv_send_wr.sizeof));
            at = array.memory().get(ValueLayout.JAVA_LONG, offset + ibv_send_wr.next);
        }
        return chain;
    }
}

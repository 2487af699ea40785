package io.ashlar.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.drive.QuorumState.Shape;
import io.ashlar.drive.QuorumWorld.Task;
import io.ashlar.formal.graph.StateGraph;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whatever the code for drives does to a shard is a step of {@code ErasureQuorum}: from every state of small models in which no put is
 * under way, every task, with failures, deaths of the process and accidents of drives at every call.
 */
final class ErasureQuorumGraphIT {
    private static final int FAULTS_MAX = 1;

    /** In a build every so many states are looked at; with the profile deep all of them. */
    private static final boolean DEEP = Boolean.getBoolean("ashlar.formal.deep");

    /** A second put, in the place of the first. */
    @Test
    void oneAndOneOnTwoDrivesPutTwice() throws Exception {
        walk("ErasureQuorumGraphPair", new Shape(2, 1, 1, 1, 2, 1), 13);
    }

    /** Both shards on their way at once, and both are needed. */
    @Test
    void oneAndOneOnTwoDrivesAcknowledgedAtTwo() throws Exception {
        walk("ErasureQuorumGraphLate", new Shape(2, 1, 1, 2, 1, 2), 1);
    }

    /** A drive more than there are shards. */
    @Test
    void oneAndOneOnThreeDrives() throws Exception {
        walk("ErasureQuorumGraphSpare", new Shape(3, 1, 1, 2, 1, 2), 101);
    }

    /** Shards that are made of two others. */
    @Test
    void twoAndOneOnThreeDrives() throws Exception {
        walk("ErasureQuorumGraphThree", new Shape(3, 2, 1, 2, 1, 3), 61);
    }

    private static void walk(String configuration, Shape shape, int oneIn) throws Exception {
        long begun = System.nanoTime();
        QuorumGraph graph = new QuorumGraph(StateGraph.explore("ErasureQuorumCode", configuration), shape);
        double explored = (System.nanoTime() - begun) / 1e9;
        QuorumWorld world = new QuorumWorld(shape, graph, FAULTS_MAX);
        int resting = 0;
        int tried = 0;
        for (QuorumState state : graph.states()) {
            if (state.attempt() != 0) {
                continue;
            }
            boolean all = resting++ % oneIn == 0 || DEEP;
            tried += all ? 1 : 0;
            for (Task task : Task.values()) {
                // There are few states from which a put can begin.
                if (all || task == Task.PUT) {
                    world.tryAll(state, task);
                }
            }
        }
        Map<String, String> seen = new TreeMap<>();
        graph.seen().forEach((action, counts) -> seen.put(action, counts[0] + " of " + counts[1]));
        System.out.printf(
                "%s: %,d states, %,d with no put under way, of which %,d were tried in %,d runs (%,d beyond the model); steps %s; %.1f s, of which TLC %.1f s%n",
                configuration,
                graph.states().size(),
                resting,
                tried,
                world.runs,
                world.beyond,
                seen,
                (System.nanoTime() - begun) / 1e9,
                explored);
        graph.seen()
                .forEach((action, counts) -> assertThat(counts[0]).as(action).isPositive());
    }
}

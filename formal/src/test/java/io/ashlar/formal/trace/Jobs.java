package io.ashlar.formal.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is under way, by writer. Jobs in the same stage about the same extent are interchangeable. */
final class Jobs {
    private final List<@Nullable Job> byWriter = new ArrayList<>();

    /** Jobs that the specification has ended with their record, while the engine has yet to let go of the extent. */
    private final Map<String, Integer> ending = new HashMap<>();

    Job begin(String extent, String stage) {
        int free = byWriter.indexOf(null);
        if (free < 0) {
            free = byWriter.size();
            byWriter.add(null);
        }
        Job job = new Job("w" + (free + 1), extent, stage);
        byWriter.set(free, job);
        return job;
    }

    /** The most writers that were busy at a time. */
    int writers() {
        return byWriter.size();
    }

    /** A job about an extent that has stored nothing yet. */
    @Nullable
    Job idle(String extent) {
        for (Job job : byWriter) {
            if (job != null && job.extent.equals(extent) && job.copy == null) {
                return job;
            }
        }
        return null;
    }

    @Nullable
    Job storing(String objectName) {
        for (Job job : byWriter) {
            if (job != null && objectName.equals(job.objectName)) {
                return job;
            }
        }
        return null;
    }

    boolean isStoring(Objects.Copy copy) {
        return byWriter.stream()
                .anyMatch(job -> job != null
                        && job.extent.equals(copy.extent())
                        && copy.number().equals(job.copy));
    }

    /** Ends a job whose hold the engine has yet to end. */
    void end(Job job) {
        remove(job);
        ending.merge(job.extent, 1, Integer::sum);
    }

    void remove(Job job) {
        byWriter.set(byWriter.indexOf(job), null);
    }

    /** Whether the engine, in letting go of an extent, catches up with a job that has ended. */
    boolean catchesUp(String extent) {
        Integer left = ending.get(extent);
        if (left == null) {
            return false;
        }
        ending.put(extent, left - 1);
        if (left == 1) {
            ending.remove(extent);
        }
        return true;
    }

    void clear() {
        byWriter.replaceAll(job -> null);
        ending.clear();
    }
}

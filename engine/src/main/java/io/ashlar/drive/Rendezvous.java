package io.ashlar.drive;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Puts drives into the order in which they are asked for the shards of an object: shard i belongs on the drive at place i, as long
 * as that drive takes it.
 *
 * <p>Every drive draws a number for every object, and the numbers decide: a drive more or less changes the places of nobody but
 * those that it goes before (Thaler and Ravishankar, "A name-based mapping scheme for rendezvous", 1996). Drawn is the time until
 * an event that comes at the rate of the drive's weight, the earliest first, which makes shares proportional to weights. Then the
 * first of each domain come before the second of any, so that shards are spread over as many domains as there are.
 *
 * <p>A function of its arguments: equal on every machine and in every version, since what was stored is found again by it.
 */
final class Rendezvous {
    private Rendezvous() {}

    /**
     * Orders the members of an epoch.
     *
     * @param object the hash of an object's name
     * @param epoch who takes part
     * @param domains the domain of each member by its number
     * @return the numbers of all of them
     */
    static int[] order(long object, PlacementEpoch epoch, IntFunction<String> domains) {
        List<PlacementEpoch.Member> members = epoch.members();
        Draw[] draws = new Draw[members.size()];
        for (int i = 0; i < draws.length; i++) {
            PlacementEpoch.Member member = members.get(i);
            draws[i] = new Draw(member.number(), time(object, member), 0);
        }
        Arrays.sort(draws);
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < draws.length; i++) {
            int rank = seen.merge(domains.apply(draws[i].number), 1, Integer::sum);
            draws[i] = new Draw(draws[i].number, draws[i].time, rank);
        }
        Arrays.sort(draws);
        int[] order = new int[draws.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = draws[i].number;
        }
        return order;
    }

    private record Draw(int number, double time, int rank) implements Comparable<Draw> {
        @Override
        public int compareTo(Draw other) {
            int byRank = Integer.compare(rank, other.rank);
            int byTime = byRank != 0 ? byRank : Double.compare(time, other.time);
            return byTime != 0 ? byTime : Integer.compare(number, other.number);
        }
    }

    private static double time(long object, PlacementEpoch.Member member) {
        long bits = mix(object + 0x9E3779B97F4A7C15L * member.number());
        // Between 0 and 1, neither included. StrictMath, since Math may differ in the last bit from machine to machine.
        double uniform = ((bits >>> 11) + 0.5) * 0x1p-53;
        return -StrictMath.log(uniform) / member.weight();
    }

    /** A hash of a name that says nothing about other names; the names themselves differ in few letters. */
    static long hash(String name) {
        long hash = name.length();
        for (int i = 0; i < name.length(); i++) {
            hash = mix(hash ^ name.charAt(i)) + i;
        }
        return mix(hash);
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}

package io.ashlar.drive;

import io.ashlar.format.DriveLayout;
import java.util.List;

/**
 * Among which drives the shards of objects were spread for some time. Objects have their names' life and counter, which only
 * grow, so the epoch of an object follows from its name, and with it where its shards should be: nobody has to remember it.
 * Immutable.
 *
 * @param life the life of the first objects of this epoch
 * @param counter the counter, within that life, of the first object of this epoch
 * @param members who takes part, in ascending order of their numbers
 */
record PlacementEpoch(int life, long counter, List<Member> members) {

    /**
     * A drive that takes part.
     *
     * @param number its number
     * @param weight its share of the data, in relation to the others'
     */
    public record Member(int number, long weight) {}

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if life or counter are negative, there are too many members, their numbers do not ascend
     *     from 1 on, or a weight is not positive
     */
    public PlacementEpoch {
        members = List.copyOf(members);
        if (life < 0 || counter < 0) {
            throw new IllegalArgumentException("no epoch begins with life " + life + " and counter " + counter);
        }
        if (members.size() > DriveLayout.MEMBERS_MAX) {
            throw new IllegalArgumentException(
                    members.size() + " drives; more than " + DriveLayout.MEMBERS_MAX + " cannot take part at a time");
        }
        int last = 0;
        for (Member member : members) {
            if (member.number() <= last || member.weight() < 1) {
                throw new IllegalArgumentException(
                        "members come in ascending order with positive weights, not " + members);
            }
            last = member.number();
        }
    }

    boolean beginsBy(int objectLife, long objectCounter) {
        return life < objectLife || (life == objectLife && counter <= objectCounter);
    }
}

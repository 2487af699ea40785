package io.ashlar.simulation;

import io.ashlar.extent.ExtentKind;
import io.ashlar.extent.ObjectName;
import io.ashlar.simulation.Figures.Figure;
import io.ashlar.testkit.FaultyBackend;
import io.ashlar.testkit.SimulatedFaults;
import io.ashlar.testkit.SimulatedObserver;
import io.ashlar.testkit.SimulatedOperation;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What happens at the seams of an engine: machines stop, the baton changes hands, faults are written down. */
final class Seams implements SimulatedObserver, FaultyBackend.Observer {
    private final CrashPoints points;
    private final Baton baton;
    private final Figures figures;
    private Activity outside = Activity.OPENING;
    private @Nullable Strike strike;
    private SimulatedFaults faults = new SimulatedFaults();
    private History history = new History();

    Seams(CrashPoints points, Baton baton, Figures figures) {
        this.points = points;
        this.baton = baton;
        this.figures = figures;
    }

    /** From here on one fault is to come. */
    void strike(Strike coming, SimulatedFaults on, History known) {
        strike = coming;
        faults = on;
        history = known;
    }

    /** What is done while no actor does anything. */
    void outside(Activity activity) {
        outside = activity;
    }

    Activity activity() {
        Activity activity = baton.activity();
        return activity == null ? outside : activity;
    }

    @Override
    public void before(SimulatedOperation operation) {
        refine(operation);
        points.before(operation);
        baton.seam();
        Strike coming = strike;
        if (coming != null && coming.meets(operation, history)) {
            faults.failNext(coming.fault(), 1);
        }
    }

    @Override
    public void after(SimulatedOperation operation, @Nullable IOException failure) {
        points.after(operation, failure);
        baton.seam();
    }

    @Override
    public void reading(String path) {
        baton.seam();
    }

    @Override
    public void injecting(SimulatedFaults.Kind kind) {
        figures.countFault(kind.name(), activity());
    }

    @Override
    public void calling(FaultyBackend.Operation operation, String name) {
        if (operation == FaultyBackend.Operation.PUT
                && ObjectName.parse(name)
                        .filter(object -> object.kind() == ExtentKind.PACK)
                        .isPresent()) {
            baton.activity(Activity.PACKING);
        }
        baton.seam();
    }

    @Override
    public void injecting(FaultyBackend.Operation operation, FaultyBackend.Fault fault) {
        figures.countFault(operation + "_" + fault, activity());
        figures.add(Figure.DELAYS, fault == FaultyBackend.Fault.DELAY ? 1 : 0);
    }

    /** Whoever commits rolls a segment as long as he handles files of the journal and writes no records. */
    private void refine(SimulatedOperation operation) {
        Activity activity = activity();
        if ((activity == Activity.COMMITTING || activity == Activity.ROLLING)
                && operation.path().startsWith(SimulatedEngine.JOURNAL)) {
            boolean records = operation.kind() == SimulatedOperation.Kind.FORCE
                    || (operation.kind() == SimulatedOperation.Kind.WRITE && operation.offset() > 0);
            baton.activity(records ? Activity.COMMITTING : Activity.ROLLING);
        }
    }
}

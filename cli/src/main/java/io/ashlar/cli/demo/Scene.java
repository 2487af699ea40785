package io.ashlar.cli.demo;

/** A part of the demo. Scenes play in order on one {@link Stage}; each may count on those before it. */
interface Scene {
    /** What is about to happen, in one sentence. */
    String title();

    /**
     * Plays it.
     *
     * @throws DemoFailedException if the engine did not do what the demo promises
     * @throws Exception if something else went wrong
     */
    void play(Stage stage) throws Exception;
}

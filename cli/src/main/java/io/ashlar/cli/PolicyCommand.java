package io.ashlar.cli;

import io.ashlar.Encryption;
import io.ashlar.PolicyNotFoundException;
import io.ashlar.Redundancy;
import io.ashlar.StorageEngine;
import io.ashlar.StoragePolicy;
import io.ashlar.StorePolicies;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says how extents are stored. */
@Command(
        name = "policy",
        description = {
            "Says how extents are stored: compressed, encrypted, spread over drives.",
            "A policy inherits what it does not say: 'a/b' from 'a', and that from '/', the store's own."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PolicyCommand.Ls.class, PolicyCommand.Put.class, PolicyCommand.Remove.class})
final class PolicyCommand extends BaseCommand {
    private static final Pattern REDUNDANCY = Pattern.compile("(\\d{1,2})\\+(\\d{1,2})(?::(\\d{1,2}))?");

    @Override
    protected ExitCode run() {
        usage();
        return ExitCode.USAGE;
    }

    /** The name of a policy: the store's own has none, which is hard to type. */
    static String name(String typed) {
        return typed.equals("/") ? "" : typed;
    }

    private static String shown(String name) {
        return name.isEmpty() ? "/" : SafeText.of(name);
    }

    private static Redundancy redundancy(String text) {
        Matcher matcher = REDUNDANCY.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a redundancy is written K+M or K+M:Q, such as 4+2 or 4+2:6, unlike '" + SafeText.of(text) + "'");
        }
        Redundancy redundancy = Redundancy.of(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        String quorum = matcher.group(3);
        return quorum == null ? redundancy : redundancy.withQuorum(Integer.parseInt(quorum));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString().toLowerCase(Locale.ROOT);
    }

    @Command(name = "ls", description = "Lists the policies: what each of them says, and what it comes to.")
    static final class Ls extends StoreCommand {
        @Override
        protected ExitCode run() throws Exception {
            try (StorageEngine engine = open(StoreOpener.Mode.READ)) {
                StorePolicies policies = engine.policies();
                for (Map.Entry<String, StoragePolicy> policy : policies.list().entrySet()) {
                    StoragePolicy effective = policies.effective(policy.getKey());
                    if (json()) {
                        print(new Facts()
                                .text("name", "name", policy.getKey())
                                .text("codec", "codec", text(effective.codec()))
                                .text("encryption", "encryption", text(effective.encryption()))
                                .text("redundancy", "redundancy", text(effective.redundancy()))
                                .text("tenant", "tenant", effective.tenant() == null ? "" : effective.tenant())
                                .text("says", "says", policy.getValue().toString()));
                    } else {
                        out().printf(
                                        "%-24s  %s%s%n",
                                        shown(policy.getKey()),
                                        SafeText.of(policy.getValue().toString()),
                                        effective.equals(policy.getValue())
                                                ? ""
                                                : "  (in force: " + SafeText.of(effective.toString()) + ")");
                    }
                }
                out().flush();
            }
            return ExitCode.OK;
        }
    }

    @Command(
            name = "set",
            description = {
                "Makes a policy, or changes one: what is not given, it inherits.",
                "It applies to what is written from now on; 'ashlar reencode' converts the rest."
            })
    static final class Put extends StoreCommand {
        @Parameters(paramLabel = "NAME", description = "The policy; '/' is the store's own.")
        private String name;

        @Option(names = "--codec", paramLabel = "CODEC", description = "none, lz4 or zstd.")
        private @Nullable String codec;

        @Option(names = "--encryption", paramLabel = "HOW", description = "none, random or convergent.")
        private @Nullable Encryption encryption;

        @Option(
                names = "--redundancy",
                paramLabel = "K+M[:Q]",
                description = "Data shards, shards of parity, and on how many drives a write is acknowledged.")
        private @Nullable String redundancy;

        @Option(names = "--tenant", paramLabel = "NAME", description = "Whose: nothing is shared with other tenants.")
        private @Nullable String tenant;

        @Override
        protected ExitCode run() throws Exception {
            try (StorageEngine engine = open(StoreOpener.Mode.WRITE)) {
                engine.policies()
                        .set(
                                name(name),
                                new StoragePolicy(
                                        codec, encryption, redundancy == null ? null : redundancy(redundancy), tenant));
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "rm", description = "Removes a policy; what was written under it stays.")
    static final class Remove extends StoreCommand {
        @Parameters(paramLabel = "NAME", description = "The policy.")
        private String name;

        @Override
        protected ExitCode run() throws Exception {
            try (StorageEngine engine = open(StoreOpener.Mode.WRITE)) {
                if (!engine.policies().remove(name(name))) {
                    throw new PolicyNotFoundException(
                            "there is no policy '" + SafeText.of(name) + "'; 'ashlar policy ls' lists them");
                }
            }
            return ExitCode.OK;
        }
    }
}

package io.ashlar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns an exception into one clear line and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        Throwable cause =
                failure instanceof UncheckedIOException && failure.getCause() != null ? failure.getCause() : failure;
        ExitCode exit = ExitCode.of(cause);
        PrintWriter err = command.getErr();
        err.println("ashlar: " + SafeText.of(message(cause)));
        boolean debug = command.getCommand() instanceof BaseCommand base && base.debug();
        if (debug) {
            failure.printStackTrace(err);
        } else if (exit == ExitCode.INTERNAL) {
            err.println("ashlar: this is a mistake in ashlar; run the command again with --debug to see where");
        }
        err.flush();
        return exit.code();
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("ashlar: " + SafeText.of(String.valueOf(failure.getMessage())));
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("ashlar: '" + command.getCommandSpec().qualifiedName() + " --help' tells more");
        err.flush();
        return ExitCode.USAGE.code();
    }

    static String message(Throwable cause) {
        if (cause instanceof NoSuchFileException e) {
            return "there is no file or directory " + e.getFile();
        }
        if (cause instanceof AccessDeniedException e) {
            return "access to " + e.getFile() + " is denied";
        }
        if (cause instanceof DirectoryNotEmptyException e) {
            return "the directory " + e.getFile() + " is not empty";
        }
        if (cause instanceof NotDirectoryException e) {
            return e.getFile() + " is no directory";
        }
        if (cause instanceof FileAlreadyExistsException e && e.getReason() == null) {
            return e.getFile() + " exists already, and is no directory";
        }
        if (cause instanceof FileSystemException || cause instanceof IOException) {
            return String.valueOf(cause.getMessage());
        }
        if (ExitCode.of(cause) == ExitCode.INTERNAL || cause.getMessage() == null) {
            return cause.toString();
        }
        return cause.getMessage();
    }
}

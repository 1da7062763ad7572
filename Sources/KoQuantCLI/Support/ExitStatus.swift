import ArgumentParser

/// Exit codes of every command, after BSD's sysexits.h.
enum ExitStatus {
  /// The command ran and says no: `verify` found a difference.
  static let failure = ExitCode(1)
  /// The command line is wrong.
  static let usage = ExitCode(64)
  /// An input file is not what it should be.
  static let badData = ExitCode(65)
  /// An input file is missing or cannot be opened.
  static let missingInput = ExitCode(66)
  /// Reading or writing failed.
  static let inputOutput = ExitCode(74)
}

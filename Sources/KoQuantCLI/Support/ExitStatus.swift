import ArgumentParser
import KoQuant

/// Exit codes of every command.
enum ExitStatus {
  /// The command ran and says no: `verify` found a difference.
  static let failure = ExitCode(1)
  /// The command line is wrong.
  static let usage = ExitCode(ProgramExit.usage)
  /// An input file is not what it should be.
  static let badData = ExitCode(ProgramExit.badData)
  /// An input file is missing or cannot be opened.
  static let missingInput = ExitCode(ProgramExit.missingInput)
  /// Reading or writing failed.
  static let inputOutput = ExitCode(ProgramExit.inputOutput)
}

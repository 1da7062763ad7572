import ArgumentParser
import Checkpoint
import KoQuant
import Reference

/// What ends a command: an exit code and one line for standard error.
struct Failure: Error {
  var status: ExitCode
  /// nil for an end without words, such as a closed pipe.
  var message: String?

  init(_ status: ExitCode, _ message: String?) {
    self.status = status
    self.message = message
  }
}

extension Failure {
  init(_ error: SystemError) {
    if error.isClosedPipe {
      self.init(.success, nil)
    } else {
      self.init(ExitCode(error.exitCode), error.message)
    }
  }

  init(_ error: EmbeddingError) {
    self.init(ExitCode(error.exitCode), error.message)
  }

  init(_ error: CheckpointError) {
    let status =
      switch error.kind {
      case .missing: ExitStatus.missingInput
      case .inputOutput: ExitStatus.inputOutput
      default: ExitStatus.badData
      }
    self.init(status, error.description)
  }

  /// Whatever a library of this package threw.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as SystemError: self.init(error)
    case let error as EmbeddingError: self.init(error)
    case let error as CheckpointError: self.init(error)
    case let error as KoqError: self.init(EmbeddingError(error))
    case ReferenceError.checkpoint(let error): self.init(error)
    case ReferenceError.system(let error): self.init(error)
    case let error as TokenizerError: self.init(ExitStatus.badData, error.message.description)
    default: self.init(ExitStatus.badData, "\(error)")
    }
  }
}

/// Runs the body of a command; errors become one line on standard error and an exit code.
func reportingFailures(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let exit as ExitCode {
    throw exit
  } catch let error as ValidationError {
    throw error
  } catch {
    let failure = Failure(error)
    if let message = failure.message { Terminal.standardError.line("koquant: \(message)") }
    throw failure.status
  }
}

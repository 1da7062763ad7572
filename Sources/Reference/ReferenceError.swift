import Checkpoint
import KoQuant

/// Why texts cannot be encoded in fp32.
public enum ReferenceError: Error, Sendable, Equatable {
  /// The sequence with this index has no tokens, not even the special ones.
  case emptySequence(Int)
  /// A sequence has more tokens than the position table has rows for.
  case sequenceTooLong(Int, tokens: Int, limit: Int)
  /// A token id is not below the size of the vocabulary.
  case unknownToken(sequence: Int, token: UInt32)
  /// A weight was handed over with another number of elements than the configuration requires.
  case wrongSize(weight: String, expected: Int, found: Int)
  /// The checkpoint could not be read.
  case checkpoint(CheckpointError)
  case system(SystemError)
}

extension ReferenceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .emptySequence(let index):
      "text \(index) has no tokens"
    case .sequenceTooLong(let index, let tokens, let limit):
      "text \(index) has \(tokens) tokens, but the position table ends at \(limit)"
    case .unknownToken(let sequence, let token):
      "text \(sequence) has token \(token), which is not in the vocabulary"
    case .wrongSize(let weight, let expected, let found):
      "\(weight) has \(found) elements instead of \(expected)"
    case .checkpoint(let error):
      error.description
    case .system(let error):
      error.message
    }
  }
}

extension ReferenceError {
  static func reading<Result>(
    _ body: () throws(CheckpointError) -> Result
  ) throws(ReferenceError) -> Result {
    do throws(CheckpointError) { return try body() } catch { throw .checkpoint(error) }
  }

  static func allocating<Result>(
    _ body: () throws(SystemError) -> Result
  ) throws(ReferenceError) -> Result {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
  }
}

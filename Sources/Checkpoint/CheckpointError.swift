import Interchange

/// Why a checkpoint cannot be read: which file, where in it, what is wrong and what to do about it.
///
/// Everything that comes out of a checkpoint folder is data from strangers; whatever is wrong with it ends in one
/// of these, never in a trap.
public struct CheckpointError: Error, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// A file, tensor or field that must be there is not.
    case missing
    /// The system refused to open or read a file.
    case inputOutput
    /// The bytes do not follow the file's format.
    case malformed
    /// Well formed, but something that is not implemented (an architecture, an activation, a dtype, …).
    case unsupported
    /// Two parts of the checkpoint disagree.
    case contradiction
    /// A weight is NaN or infinite.
    case notFinite
    /// The caller asked for something that the checkpoint cannot have.
    case invalidRequest
  }

  public enum Location: Sendable, Equatable {
    case wholeFile
    /// Bytes from the start of the file.
    case offset(UInt64)
    /// Name of the tensor as the file spells it.
    case tensor(String)
    /// Path of a JSON value: `model.vocab`, `[1].type`.
    case json(String)
  }

  public var kind: Kind
  /// Path of the file, below the folder as the caller named it.
  public var file: String
  public var location: Location
  public var message: String
  /// What the user can do; empty when the message says it all.
  public var advice: String

  public init(
    _ kind: Kind, file: String, location: Location = .wholeFile, _ message: String, advice: String = ""
  ) {
    self.kind = kind
    self.file = file
    self.location = location
    self.message = message
    self.advice = advice
  }
}

extension CheckpointError: CustomStringConvertible {
  /// One line: `folder/config.json: hidden_act: "relu" is not supported; only "gelu" is`.
  public var description: String {
    let place: String
    switch location {
    case .wholeFile: place = ""
    case .offset(let offset): place = "byte \(offset): "
    case .tensor(let name): place = "tensor \(quoted(name)): "
    case .json(let path): place = path.isEmpty ? "" : "\(printable(path)): "
    }
    return "\(printable(file)): \(place)\(message)\(advice.isEmpty ? "" : "; \(advice)")"
  }
}

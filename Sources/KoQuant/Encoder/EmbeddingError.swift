import Kernels

/// Why texts could not be embedded.
public enum EmbeddingError: Error, Sendable {
  /// The system refused something: a file, memory, threads.
  case system(SystemError)
  /// The model file is not valid.
  case file(KoqError)
  /// The tokenizer sections of the model file are not valid.
  case tokenizer(TokenizerError, path: String)
  /// `KOQUANT_ISA` or the caller named an instruction set that does not exist or that this CPU does not have.
  case unavailableInstructionSet([UInt8])
  /// A batch that the session cannot take; nothing was computed.
  case invalidBatch(StaticString)
  /// The model cannot be run within a ceiling of so many bytes; nothing was loaded.
  case memoryCeiling(Int, smallest: Int)
}

extension EmbeddingError {
  /// What the system refused while a file was read is not the fault of the file.
  package init(_ error: KoqError) {
    if case .system(let error) = error.reason { self = .system(error) } else { self = .file(error) }
  }

  /// A sentence without a full stop: what is wrong, where, and what to do.
  public var message: String {
    switch self {
    case .system(let error): return error.message
    case .file(let error): return error.message
    case .tokenizer(let error, let path):
      let section = error.section == .vocabulary ? "vocabulary" : "tokenizer"
      return path + ": section " + section + ", byte \(error.offset): " + error.message.description
        + "; convert the checkpoint again"
    case .unavailableInstructionSet(let name):
      var text =
        "no kernels \"" + String(decoding: name, as: UTF8.self) + "\" on this CPU; KOQUANT_ISA may be"
      for (index, table) in KernelTable.available().enumerated() {
        text += (index == 0 ? " " : ", ") + table.name.description
      }
      return text
    case .memoryCeiling(let ceiling, let smallest):
      let asked = ceiling < 1 << 20 ? "\(ceiling) bytes" : ByteCount.mebibytes(ceiling)
      return "the model cannot be run within \(asked); the least that would do is "
        + ByteCount.mebibytes(smallest)
    case .invalidBatch(let reason): return "the batch cannot be encoded: " + reason.description
    }
  }
}

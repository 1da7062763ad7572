/// Why texts could not be embedded.
public enum EmbeddingError: Error, Sendable {
  /// The system refused something: a file, memory, threads.
  case system(SystemError)
  /// The model file is not valid.
  case file(KoqError)
  /// The tokenizer sections of the model file are not valid.
  case tokenizer(TokenizerError)
  /// The sections of the model file do not make up an encoder.
  case model(section: [UInt8], StaticString)
  /// `KOQUANT_ISA` or the caller named an instruction set that this CPU does not have.
  case unavailableInstructionSet([UInt8])
  /// A batch that the session cannot take; nothing was computed.
  case invalidBatch(StaticString)
}

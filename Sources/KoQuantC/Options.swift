import CKoQuant
import KoQuant

/// Reads a structure whose first field is its size as the caller's header had it: a caller from before a field
/// existed leaves it zero, and one that sets a field which this library does not know is refused.
///
/// - Parameter smallest: bytes that the structure had in version 1.0.
func readOptions<Options>(
  _ options: UnsafePointer<Options>?, _ empty: Options, smallest: Int
) throws(CallFailure) -> Options {
  guard let options else { return empty }
  let size = UnsafeRawPointer(options).load(as: UInt.self)
  guard size >= UInt(smallest), size <= 4096 else {
    throw CallFailure(KQ_INVALID_ARGUMENT, "size of the options is \(size); set it to sizeof")
  }
  let given = UnsafeRawBufferPointer(start: options, count: Int(size))
  for index in MemoryLayout<Options>.size..<max(given.count, MemoryLayout<Options>.size)
  where given[index] != 0 {
    throw CallFailure(KQ_INVALID_ARGUMENT, "an option that this version of the library does not have")
  }
  var known = empty
  withUnsafeMutableBytes(of: &known) { known in
    known.copyMemory(from: UnsafeRawBufferPointer(rebasing: given.prefix(known.count)))
  }
  return known
}

func readOptions(_ options: UnsafePointer<kq_model_options>?) throws(CallFailure) -> kq_model_options {
  // Version 1.0 had three fields of a word each.
  let options = try readOptions(options, kq_model_options(), smallest: 3 * MemoryLayout<UInt>.size)
  guard options.flags & ~UInt32(KQ_VERIFY) == 0 else {
    throw CallFailure(KQ_INVALID_ARGUMENT, "flags that this version of the library does not have")
  }
  return options
}

/// Nil for 0.
func readBatchTokens(_ tokens: UInt32) throws(CallFailure) -> Int? {
  guard tokens <= EmbeddingSession.Options.maximumBatchTokens else {
    throw CallFailure(
      KQ_INVALID_ARGUMENT,
      "batch_tokens is \(tokens), more than \(EmbeddingSession.Options.maximumBatchTokens)")
  }
  return tokens == 0 ? nil : Int(tokens)
}

/// Writes a structure whose first field is its size as the caller's header had it: as much of it as the caller
/// knows, and leaves the size as it is.
///
/// - Parameter smallest: bytes that the structure had in its first version.
func writeResult<Result>(
  _ result: Result, to target: UnsafeMutablePointer<Result>?, _ name: StaticString, smallest: Int
) throws(CallFailure) {
  guard let target else { throw .null(name) }
  let start = UnsafeMutableRawPointer(target)
  let size = start.load(as: UInt.self)
  guard size >= UInt(smallest) else {
    throw CallFailure(KQ_INVALID_ARGUMENT, "size of the \(name) is \(size); set it to sizeof")
  }
  withUnsafeBytes(of: result) { bytes in
    for index in MemoryLayout<UInt>.size..<min(bytes.count, Int(clamping: size)) {
      start.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self)
    }
  }
}

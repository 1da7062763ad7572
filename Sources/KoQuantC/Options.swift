import CKoQuant

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

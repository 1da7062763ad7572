/// Unaligned little-endian numbers of a section. The caller keeps within the section.
struct LittleEndianWords: @unchecked Sendable {
  let base: UnsafeRawPointer

  @inline(__always)
  subscript(index: Int) -> UInt32 {
    UInt32(littleEndian: base.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self))
  }
}

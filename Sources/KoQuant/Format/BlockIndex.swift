/// Where the blocks of a compressed section are: at its end, 16 bytes a block, in the order of the rows.
package enum BlockIndex {
  /// End of the block's frame, from the start of the section (u64), and hash of its decoded bytes (u64).
  package static let entrySize = 16

  package struct Block {
    /// From the start of the section.
    package var frame: Range<Int>
    package var hash: UInt64
  }

  package static func encode(end: Int, hash: UInt64, into bytes: UnsafeMutableRawBufferPointer) {
    bytes.store(littleEndian: UInt64(clamping: end), at: 0)
    bytes.store(littleEndian: hash, at: 8)
  }

  /// Reads block `block` of `entry` from the index entry before it and its own: `bytes` are 16 of them for
  /// block 0, else 32. Nil when its frame would not lie between its neighbours' and before the index.
  static func decode(_ bytes: UnsafeRawBufferPointer, block: Int, of entry: SectionEntry) -> Block? {
    let own = block == 0 ? 0 : entrySize
    guard let begin = block == 0 ? 0 : Int(exactly: bytes.littleEndian(at: 0, as: UInt64.self)),
      let end = Int(exactly: bytes.littleEndian(at: own, as: UInt64.self))
    else { return nil }
    let limit = entry.storedLength - entry.blockIndexLength
    guard begin < end, block == entry.blocks - 1 ? end == limit : end < limit else { return nil }
    return Block(frame: begin..<end, hash: bytes.littleEndian(at: own + 8))
  }
}

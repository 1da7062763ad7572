extension FloatMatrix {
  /// Reads a .npy file, versions 1.0 and 2.0: a two-dimensional little-endian float32 array in C order.
  /// Nothing may follow the data.
  public init(npy bytes: UnsafeRawBufferPointer) throws(NumPyError) {
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    guard bytes.count >= 10, bytes.starts(with: magic) else { throw .notNumPy }
    let wide: Bool
    switch (bytes[6], bytes[7]) {
    case (1, 0): wide = false
    case (2, 0): wide = true
    default: throw .unsupportedVersion(major: bytes[6], minor: bytes[7])
    }
    let start = wide ? 12 : 10
    guard bytes.count >= start else { throw .malformedHeader }
    let length =
      wide
      ? Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
      : Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
    guard length <= bytes.count - start else { throw .malformedHeader }
    let header = try NumPyHeader(Array(bytes[start..<start + length]))
    let (rows, columns) = try header.matrixShape()
    let data = UnsafeRawBufferPointer(rebasing: bytes[(start + length)...])
    guard data.count == rows * columns * 4 else {
      throw .wrongLength(expected: rows * columns * 4, found: data.count)
    }
    self.init(rows: rows, columns: columns)
    for index in values.indices {
      let bits = data.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
      values[index] = Float(bitPattern: UInt32(littleEndian: bits))
    }
  }

  /// The matrix as a .npy file, version 1.0.
  public func npy() -> [UInt8] {
    var bytes = NumPyHeader.bytes(rows: rows, columns: columns)
    bytes.reserveCapacity(bytes.count + values.count * 4)
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    return bytes
  }
}

import Interchange

extension StoredTensor {
  /// Bytes of file that are in memory at a time while elements are converted.
  static let bufferLength = 1 << 20

  /// Reads rows of the first axis, row-major, as floats. `destination` must hold exactly as many.
  ///
  /// Throws for NaN and infinities, which no weight may be, with the index in the whole tensor.
  func read(
    rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    guard elementType.isReadable else { throw unreadable() }
    let rowLength = shape.dropFirst().reduce(1, &*)
    guard destination.count == rows.count * rowLength else {
      throw failure(
        .invalidRequest, "\(destination.count) values cannot take the \(rows.count * rowLength) to be read")
    }
    if destination.isEmpty { return }
    if isContiguous {
      try readContiguous(from: rows.lowerBound * rowLength, into: destination)
    } else {
      try readView(rows: rows, into: destination)
    }
    if let index = FloatConversion.firstNotFinite(in: UnsafeBufferPointer(destination)) {
      let value = destination[index].isNaN ? "NaN" : "infinite"
      throw failure(
        .notFinite, "element \(rows.lowerBound * rowLength + index) is \(value)",
        advice: "the checkpoint is corrupt or its training diverged")
    }
  }

  func unreadable() -> CheckpointError {
    failure(
      .unsupported, "elements of type \(printable(elementType.name)) are not supported",
      advice: "save it as F32, F16 or BF16")
  }

  /// F32 goes straight to its destination, anything else through a buffer.
  private func readContiguous(
    from first: Int, into destination: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    let start = offset + UInt64(first) * UInt64(elementType.size)
    if elementType == .float32 {
      let bytes = UnsafeMutableRawBufferPointer(destination)
      try file.read(at: start, into: bytes)
      #if _endian(big)
        FloatConversion.convert(UnsafeRawBufferPointer(bytes), .float32, into: destination)
      #endif
      return
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferLength, alignment: 64)
    defer { buffer.deallocate() }
    let step = Self.bufferLength / elementType.size
    var done = 0
    while done < destination.count {
      let count = min(step, destination.count - done)
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(count * elementType.size)])
      try file.read(at: start + UInt64(done * elementType.size), into: part)
      FloatConversion.convert(
        UnsafeRawBufferPointer(part), elementType,
        into: UnsafeMutableBufferPointer(rebasing: destination[done..<done + count]))
      done += count
    }
  }
}

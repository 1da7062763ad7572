extension StoredTensor {
  /// One axis of the walk over a view.
  private struct Axis {
    /// Steps along the axis.
    var size: Int
    /// Elements of the storage, and of the row-major destination, between two steps.
    var stride: Int
    var destinationStride: Int
  }

  /// Reads a view that is not contiguous: a transposed matrix, a slice, an expanded vector.
  ///
  /// Elements are visited in the order of the file (axes by falling stride), so that every stretch of it is read
  /// once; an element's place in `destination` follows from its indices.
  func readView(rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>) throws(CheckpointError)
  {
    var sizes = shape
    sizes[0] = rows.count
    let destinationStrides = Self.contiguousStrides(sizes)
    var axes = sizes.indices.map {
      Axis(size: sizes[$0], stride: strides[$0], destinationStride: destinationStrides[$0])
    }
    axes.sort { $0.stride > $1.stride }
    guard let inner = axes.popLast() else { return }

    var window = Window(tensor: self)
    defer { window.buffer.deallocate() }
    let outerStride = axes.last { $0.size > 1 }?.stride ?? 0
    let start = rows.lowerBound * strides[0]
    var indices = [Int](repeating: 0, count: axes.count)
    var source = start
    var target = 0
    while true {
      try window.copyRun(
        from: source, count: inner.size, stride: inner.stride, gap: outerStride,
        into: destination, at: target, stride: inner.destinationStride)
      var axis = axes.count - 1
      while axis >= 0 {
        indices[axis] += 1
        source += axes[axis].stride
        target += axes[axis].destinationStride
        if indices[axis] < axes[axis].size { break }
        source -= axes[axis].stride * axes[axis].size
        target -= axes[axis].destinationStride * axes[axis].size
        indices[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// The stretch of the file that is in memory.
  private struct Window {
    let tensor: StoredTensor
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: StoredTensor.bufferLength, alignment: 64)
    /// Elements of the storage that it holds.
    var held = 0..<0
    /// Elements of the storage that the view reaches over.
    let extent: Int

    init(tensor: StoredTensor) {
      self.tensor = tensor
      extent = StoredTensor.extent(shape: tensor.shape, strides: tensor.strides) ?? 0
    }

    /// Copies `count` elements, `stride` apart in the storage, to places `targetStride` apart.
    mutating func copyRun(
      from first: Int, count: Int, stride: Int, gap: Int,
      into destination: UnsafeMutableBufferPointer<Float>, at target: Int, stride targetStride: Int
    ) throws(CheckpointError) {
      let size = tensor.elementType.size
      var value: Float = 0
      for index in 0..<count {
        let element = first + index * stride
        if !held.contains(element) {
          try load(element, runEnd: first + (count - 1) * stride + 1, stride: stride, gap: gap)
        }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[((element - held.lowerBound) * size)...])
        withUnsafeMutablePointer(to: &value) {
          FloatConversion.convert(
            bytes, tensor.elementType, into: UnsafeMutableBufferPointer(start: $0, count: 1))
        }
        destination[target + index * targetStride] = value
      }
    }

    /// Reads from `element` on: a whole window where what follows will be needed, only the run or the element
    /// where the next ones are far away.
    private mutating func load(_ element: Int, runEnd: Int, stride: Int, gap: Int) throws(CheckpointError) {
      let size = tensor.elementType.size
      let capacity = buffer.count / size
      let far = 16_384
      var end = min(element + min(capacity, extent - element), extent)
      if stride > far {
        end = element + 1
      } else if gap - (runEnd - element) > far {
        end = min(end, runEnd)
      }
      held = 0..<0
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<((end - element) * size)])
      try tensor.file.read(at: tensor.offset + UInt64(element) * UInt64(size), into: bytes)
      held = element..<end
    }
  }
}

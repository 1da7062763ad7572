/// Where a tensor's elements are: a view of a stretch of one file.
///
/// Element (i, j, …) is at `offset + (i * strides[0] + j * strides[1] + …) * elementType.size`. Whoever makes one
/// has checked that all elements are inside the file, with `extent(shape:strides:)`.
struct StoredTensor: Sendable {
  /// The name in the file.
  let name: String
  let elementType: ElementType
  let shape: [Int]
  /// In elements, none negative.
  let strides: [Int]
  let file: InputFile
  /// Of the first element, in bytes from the start of the file.
  let offset: UInt64

  /// Number of elements; the maker has checked that it does not overflow.
  var count: Int { shape.reduce(1, &*) }

  func failure(_ kind: CheckpointError.Kind, _ message: String, advice: String = "") -> CheckpointError {
    CheckpointError(kind, file: file.path, location: .tensor(name), message, advice: advice)
  }
}

extension StoredTensor {
  /// More dimensions than any tensor of an encoder has.
  static let maximumRank = 8

  /// Number of elements of a shape; nil when a size is negative or the product overflows.
  static func count(of shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
      guard size >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// How many elements of its storage a view reaches over, from its first to behind its last; nil when that
  /// overflows or a size or stride is negative. A view without elements reaches over none.
  static func extent(shape: [Int], strides: [Int]) -> Int? {
    guard shape.count == strides.count, let count = count(of: shape) else { return nil }
    if count == 0 { return strides.allSatisfy { $0 >= 0 } ? 0 : nil }
    var last = 0
    for (size, stride) in zip(shape, strides) {
      guard stride >= 0 else { return nil }
      let (distance, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflow2) = last.addingReportingOverflow(distance)
      if overflow || overflow2 { return nil }
      last = sum
    }
    let (extent, overflow) = last.addingReportingOverflow(1)
    return overflow ? nil : extent
  }

  /// Strides of a tensor whose elements follow each other in row-major order. The shape's product must not
  /// overflow.
  static func contiguousStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] &* max(shape[axis + 1], 1)
    }
    return strides
  }

  /// Whether a view has more elements than it reaches over. No trained weight is one, and a file of some bytes
  /// could claim any size so.
  var isExpanded: Bool { count > Self.extent(shape: shape, strides: strides) ?? 0 }

  var isContiguous: Bool {
    // The stride of an axis of size 1 means nothing.
    zip(shape, zip(strides, Self.contiguousStrides(shape))).allSatisfy { size, pair in
      size == 1 || pair.0 == pair.1
    } || count == 0
  }
}

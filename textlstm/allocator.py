"""What the C library does with memory that is freed: keep it, for training frees it every step."""

import ctypes

# malloc.h of the GNU C library
_TRIM_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -4, -8
_MOST_KEPT = 2**31 - 1  # bytes at the end of the heap


def keep_freed_memory() -> bool:
    """Return whether freed memory is kept for the next step; elsewhere than on glibc it is not.

    A step of training takes and frees blocks as large as the embedding. By default these come
    from the system and go back to it, and each page that comes is a page fault. One arena that
    keeps what it has needs none. A thread that took memory before the call keeps an arena of its
    own, whose heaps of 64 MB still go back: TensorFlow's threads do once it has computed something,
    those of NumPy take no memory this way.
    """
    try:
        change = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    options = ((_ARENA_MAX, 1), (_TRIM_THRESHOLD, _MOST_KEPT), (_MMAP_MAX, 0))
    return all([change(name, value) for name, value in options])

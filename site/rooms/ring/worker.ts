/** The kernel of the room, in a thread of its own. */
import "segring/ring/worker";
